package dev.pgdb.install;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values of the chart with the comments that describe them. */
record ChartValues(List<Value> values) {
  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z]\\w*):.*");
  private static final Pattern COMMENT = Pattern.compile(" *# (.*)");
  private static final int INDENTATION = 2;

  /** A key with a comment above it; what stands below such a key is its value. */
  record Value(String path, JsonNode byDefault, String description) {}

  static ChartValues read() throws IOException {
    String text = Files.readString(Chart.FOLDER.resolve("values.yaml"));
    JsonNode all = Chart.read(text);
    var values = new ArrayList<Value>();
    Deque<String> path = new ArrayDeque<>();
    var comment = new ArrayList<String>();
    for (String line : text.lines().toList()) {
      Matcher commented = COMMENT.matcher(line);
      Matcher key = KEY.matcher(line);
      if (commented.matches()) {
        comment.add(commented.group(1));
      } else if (key.matches()) {
        int depth = key.group(1).length() / INDENTATION;
        while (path.size() > depth) {
          path.removeLast();
        }
        path.addLast(key.group(2));
        JsonNode value = all.at("/" + String.join("/", path));
        if (!comment.isEmpty()) {
          values.add(new Value(String.join(".", path), value, String.join(" ", comment)));
        }
        comment.clear();
      } else {
        comment.clear();
      }
    }
    return new ChartValues(List.copyOf(values));
  }

  List<String> paths() {
    return values.stream().map(Value::path).toList();
  }

  /** As a table in Markdown. */
  String table() {
    var table = new StringBuilder("| value | default | |\n|---|---|---|\n");
    for (Value value : values) {
      table
          .append("| `")
          .append(value.path())
          .append("` | `")
          .append(value.byDefault())
          .append("` | ")
          .append(value.description().replace("|", "\\|"))
          .append(" |\n");
    }
    return table.toString();
  }
}
