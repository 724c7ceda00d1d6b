package dev.pgdb.install;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** deploy/operator.yaml is made from the chart. */
class ManifestsTest {

  @Test
  void theOperatorIsTheOneOfTheChart() throws IOException {
    GeneratedFile.of("deploy/operator.yaml").mustBe(Manifests.operator());
  }
}
