package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboard for Grafana; {@code .ci/alerts} has promtool read its queries. */
class DashboardTest {
  private static final Pattern SERIES = Pattern.compile("\\b(?:pgdb|jvm|process)_[a-z_]+");
  private static final String CHOSEN = "namespace=~\"$namespace\", job=~\"$job\"";
  private static final String OF_ALL_REPLICAS = "max without (pod, instance, node) (";
  private static final int COLUMNS = 24;

  private static JsonNode dashboard;

  @BeforeAll
  static void read() throws IOException {
    dashboard = Chart.read(Files.readString(Chart.FOLDER.resolve("files/dashboard.json")));
  }

  @Test
  void readsOnlyTheSeriesThatAreChosen() {
    assertThat(queries())
        .isNotEmpty()
        .allSatisfy(
            query ->
                SERIES
                    .matcher(query)
                    .results()
                    .forEach(
                        series ->
                            assertThat(query.substring(series.end()))
                                .as(query)
                                .startsWith("{")
                                .matches("(?s)\\{[^}]*" + Pattern.quote(CHOSEN) + "}.*")));
  }

  /** A guess at names would show somebody else's JVM, or none. */
  @Test
  void offersWhatPgdbIsFoundBy() {
    assertThat(variable("datasource").at("/query").asText()).isEqualTo("prometheus");
    assertThat(variable("namespace").at("/query").asText())
        .isEqualTo("label_values(pgdb_databases, namespace)");
    assertThat(variable("namespace").at("/allValue").asText()).isEqualTo(".*"); // there may be none
    assertThat(variable("job").at("/query").asText())
        .isEqualTo("label_values(pgdb_databases{namespace=~\"$namespace\"}, job)");
    for (String name : List.of("namespace", "job")) {
      assertThat(variable(name).at("/includeAll").asBoolean()).isTrue();
      assertThat(variable(name).at("/multi").asBoolean()).isTrue();
    }
    assertThat(queries())
        .filteredOn(query -> query.contains("jvm_") || query.contains("process_"))
        .allSatisfy(query -> assertThat(query).contains(" and on (job, instance) pgdb_databases{"));
  }

  @Test
  void countsOnceWhatEveryReplicaCounts() {
    assertThat(queries())
        .filteredOn(query -> query.startsWith("sum") && !query.contains(" and on "))
        .filteredOn(query -> query.contains("pgdb_databases") || query.contains("_blocked"))
        .hasSize(4)
        .allSatisfy(query -> assertThat(query).contains(OF_ALL_REPLICAS));
  }

  @Test
  void hasPanelsThatCanBeSeenAndUnderstood() {
    var places = new HashSet<String>();
    var ids = new HashSet<Integer>();
    for (JsonNode panel : dashboard.at("/panels")) {
      assertThat(panel.at("/title").asText()).isNotEmpty();
      assertThat(panel.at("/description").asText()).as(panel.at("/title").asText()).isNotEmpty();
      assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
      assertThat(ids.add(panel.at("/id").asInt())).isTrue();
      JsonNode at = panel.at("/gridPos");
      for (int x = at.at("/x").asInt(); x < at.at("/x").asInt() + at.at("/w").asInt(); x++) {
        assertThat(x).isLessThan(COLUMNS);
        for (int y = at.at("/y").asInt(); y < at.at("/y").asInt() + at.at("/h").asInt(); y++) {
          assertThat(places.add(x + "," + y)).as("%s lies over another", panel).isTrue();
        }
      }
    }
  }

  private static List<String> queries() {
    return panels()
        .flatMap(panel -> panel.at("/targets").valueStream())
        .map(target -> target.at("/expr").asText())
        .toList();
  }

  private static Stream<JsonNode> panels() {
    return dashboard.at("/panels").valueStream();
  }

  private static JsonNode variable(String name) {
    return dashboard
        .at("/templating/list")
        .valueStream()
        .filter(variable -> variable.at("/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no variable " + name));
  }
}
