package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.Secret;
import org.junit.jupiter.api.Test;

class RoleCommentTest {
  private static final Claim ORDERS = new Claim("shop/orders", "uid-1");
  private static final Claim BILLS = new Claim("shop/bills", "uid-2");
  private static final Secret PASSWORD = new Secret("s3cret");

  @Test
  void isReadAsItWasWritten() {
    RoleComment comment =
        RoleComment.parse("for the shop\ndo not drop").claimedBy(ORDERS).withPassword(PASSWORD);

    assertThat(RoleComment.parse(comment.text())).isEqualTo(comment);
    assertThat(comment.text()).startsWith("for the shop\ndo not drop\npgdb.dev: shop/orders uid-1");
  }

  @Test
  void keepsTheClaimsOfOthers() {
    RoleComment both = RoleComment.of(ORDERS, PASSWORD).claimedBy(BILLS).claimedBy(BILLS);

    assertThat(both.claims()).containsExactly(ORDERS, BILLS);
    assertThat(both.withoutClaimOf(ORDERS).claims()).containsExactly(BILLS);
    assertThat(both.withoutClaimOf(ORDERS).withoutClaimOf(BILLS).isClaimed()).isFalse();
  }

  @Test
  void knowsThePasswordWithoutTellingIt() {
    RoleComment comment = RoleComment.of(ORDERS, PASSWORD);

    assertThat(comment.marks(PASSWORD)).isTrue();
    assertThat(comment.marks(new Secret("another"))).isFalse();
    assertThat(comment.text()).doesNotContain(PASSWORD.value());
  }

  @Test
  void ofAnyOtherRoleClaimsNothing() {
    assertThat(RoleComment.parse(null).isClaimed()).isFalse();
    assertThat(RoleComment.parse("pgdb.dev is nice").isClaimed()).isFalse();
    assertThat(RoleComment.parse(null).marks(PASSWORD)).isFalse();
  }
}
