package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.deletion.ConnectGrant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeletionReportTest {

  @Test
  void namesWhoStillHasAGrant() {
    assertThat(
            DeletionReport.nobodyConnects(
                List.of(
                    new ConnectGrant(null, "owner", false),
                    new ConnectGrant("shop", "owner", false))))
        .isEqualTo(
            "nobody can connect: ALLOW_CONNECTIONS is false; CONNECT is still granted to PUBLIC, shop");
  }

  /** A status is kept whole by the API server, or not at all. */
  @Test
  void namesSomeOfMany() {
    List<ConnectGrant> many =
        IntStream.range(0, 1000).mapToObj(i -> new ConnectGrant("r" + i, "owner", false)).toList();

    assertThat(DeletionReport.nobodyConnects(many)).endsWith("r8, r9, and 990 more");
  }
}
