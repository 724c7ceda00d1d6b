package dev.pgdb.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * Lines for a terminal of 100 columns. Without a terminal they are the same, in plain text: nothing
 * is ever drawn over.
 */
final class Screen {
  private static final int WIDTH = 100;
  private static final String INDENT = "   ";
  private static final String BOLD = "1";
  private static final String DIM = "2";
  private static final String RED = "1;31";
  private static final String GREEN = "1;32";

  private final PrintStream out = System.out;
  private final boolean styled = isTerminal();
  private int steps;

  /** What anybody else prints, as the test bed does, is set apart from what the demo says. */
  void takeOverStandardOutput() {
    System.setOut(new PrintStream(new LineOutput(this::aside), true, out.charset()));
  }

  void title(String text) {
    print("\n" + style(BOLD, text));
  }

  void step(String text) {
    print("\n" + style(BOLD, ++steps + "  " + text));
  }

  void line(String text) {
    folded(text, 0);
  }

  void lines(List<String> texts) {
    texts.forEach(this::line);
  }

  /** What kubectl prints as a table: what is too long goes on below its own column, the last. */
  void table(List<String> rows) {
    int lastColumn = rows.isEmpty() ? 0 : rows.getFirst().lastIndexOf(' ') + 1;
    rows.forEach(row -> folded(row, lastColumn));
  }

  /** A name, and what there is to say about it. */
  void entry(String name, String text) {
    String start = "%-12s ".formatted(name);
    folded(start + text, start.length());
  }

  void command(String prompt, String command) {
    var parts = Folding.fold(command, WIDTH - INDENT.length() - prompt.length() - 3, 4);
    String text = String.join(" \\\n" + INDENT, parts);
    print("\n" + INDENT + style(DIM, prompt + " ") + style(BOLD, text));
  }

  void aside(String text) {
    Folding.fold(text, WIDTH - INDENT.length(), 2)
        .forEach(part -> print(INDENT + style(DIM, part)));
  }

  void success(String text) {
    print("\n" + style(GREEN, text));
  }

  void failure(String sentence) {
    print("\n" + style(RED, "Demo failed: " + sentence));
  }

  private void folded(String text, int hanging) {
    Folding.fold(text, WIDTH - INDENT.length(), hanging).forEach(part -> print(INDENT + part));
  }

  /** May be called from several threads. */
  private void print(String line) {
    out.println(line.stripTrailing());
    out.flush();
  }

  private String style(String code, String text) {
    return styled ? "\033[" + code + "m" + text + "\033[0m" : text;
  }

  /** java.io.Console says so only from Java 22 on. */
  private static boolean isTerminal() {
    if (System.getenv("NO_COLOR") != null || "dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      return new ProcessBuilder("test", "-t", "1").inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
