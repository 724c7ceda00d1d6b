package dev.pgdb.demo;

import java.util.ArrayList;
import java.util.List;

/** Breaks a line that is too long at its spaces. */
final class Folding {
  private Folding() {}

  /**
   * @param hanging how far all but the first of the lines are indented
   */
  static List<String> fold(String text, int width, int hanging) {
    var lines = new ArrayList<String>();
    String rest = text.stripTrailing();
    while (rest.length() > width) {
      int cut = rest.lastIndexOf(' ', width);
      if (cut <= hanging) { // one long word stays in one piece
        cut = rest.indexOf(' ', width);
      }
      if (cut < 0) {
        break;
      }
      lines.add(rest.substring(0, cut).stripTrailing());
      rest = " ".repeat(hanging) + rest.substring(cut).strip();
    }
    lines.add(rest);
    return lines;
  }
}
