package dev.pgdb.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimTest {
  private static final Claim OURS = new Claim("shop/orders", "11-22");
  private static final String OUR_LINE = "pgdb.dev: shop/orders 11-22";
  private static final String THEIR_LINE = "pgdb.dev: billing/orders 33-44";

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "")
  void isTheWholeCommentWhereThereWasNone(String comment) {
    assertThat(OURS.addedTo(comment)).isEqualTo(OUR_LINE);
  }

  @Test
  void comesAfterTheCommentOfTheUser() {
    assertThat(OURS.addedTo("Orders.\nAsk Ann.")).isEqualTo("Orders.\nAsk Ann.\n" + OUR_LINE);
  }

  @Test
  void isFoundBehindTheCommentOfTheUser() {
    assertThat(Claim.in("Orders.\nAsk Ann.\n" + OUR_LINE)).contains(OURS);
  }

  @Test
  void isFoundBeforeALineThatWasAddedLater() {
    assertThat(Claim.in(OUR_LINE + "\nAsk Ann.")).contains(OURS);
  }

  @Test
  void isWrittenOnceHoweverOftenItIsAdded() {
    assertThat(OURS.addedTo(OURS.addedTo("Orders."))).isEqualTo("Orders.\n" + OUR_LINE);
  }

  @Test
  void takesThePlaceOfAnotherClaim() {
    assertThat(OURS.addedTo("Orders.\n" + THEIR_LINE)).isEqualTo("Orders.\n" + OUR_LINE);
  }

  @Test
  void leavesTheCommentOfTheUserBehind() {
    assertThat(Claim.without(OURS.addedTo("Orders.\nAsk Ann."))).isEqualTo("Orders.\nAsk Ann.");
    assertThat(Claim.without(OURS.addedTo(null))).isEmpty();
  }

  @Test
  void leavesNoGapWhereItStoodBetweenLines() {
    assertThat(Claim.without("Orders.\n" + OUR_LINE + "\nAsk Ann.")).isEqualTo("Orders.\nAsk Ann.");
    assertThat(OURS.addedTo("Orders.\n" + THEIR_LINE + "\nAsk Ann."))
        .isEqualTo("Orders.\nAsk Ann.\n" + OUR_LINE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Orders.", " Orders. ", "Orders.\n", "\nOrders.\n\n", "a\r\nb"})
  void changesNothingInTheCommentOfTheUser(String comment) {
    assertThat(Claim.in(OURS.addedTo(comment))).contains(OURS);
    assertThat(Claim.without(OURS.addedTo(comment))).isEqualTo(comment);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "managed by pgdb.dev: shop/orders 11-22",
        "pgdb.dev: shop/orders",
        "pgdb.dev: shop/orders 11-22 and more",
        "PGDB.DEV: shop/orders 11-22"
      })
  void isNoOtherLine(String comment) {
    assertThat(Claim.in(comment)).isEmpty();
  }
}
