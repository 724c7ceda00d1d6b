package dev.pgdb.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SecretTest {
  private static final Secret SECRET = new Secret("hunter2");

  @Test
  void printsAsDotsWhereverItIs() {
    var address = new ServerAddress(List.of("db"), 5432, "postgres", "admin", SECRET, "require");

    assertThat(SECRET.toString()).isEqualTo("••••");
    assertThat(address.toString()).contains("db", "admin").doesNotContain("hunter");
  }

  @Test
  void doesNotTellHowLongItIs() {
    assertThat(new Secret("").toString()).isEqualTo(SECRET.toString());
  }
}
