package dev.pgdb.demo;

/** What the demo wanted to show is not so; the message is the sentence to print. */
final class DemoFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final String sentence;

  DemoFailure(String sentence) {
    super(sentence);
    this.sentence = sentence;
  }

  String sentence() {
    return sentence;
  }
}
