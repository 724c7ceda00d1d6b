package dev.pgdb.postgres.provisioning;

import static dev.pgdb.postgres.provisioning.SharedRows.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.Secret;
import dev.pgdb.postgres.provisioning.OwnerLogin.Known;
import dev.pgdb.postgres.provisioning.OwnerLogin.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether anything is to be done can be told from the catalogs that all databases share. */
class SharedRowTest {
  @Test
  void nothingIsToBeDoneWhereAllIsAsItShallBe() {
    assertThat(ROW.isAs(DESIRED)).isTrue();
  }

  static Stream<Arguments> differences() {
    return Stream.of(
        Arguments.of("renamed", named("invoices")),
        Arguments.of("not named yet", named("pgdb_creating_4711")),
        Arguments.of("without a claim", commented("The orders.")),
        Arguments.of("claimed by another", commented("pgdb.dev: shop/invoices 1147")),
        Arguments.of("of another owner", ownedBy("postgres")),
        Arguments.of("of another limit", limitedTo(7)),
        Arguments.of("invalid", limitedTo(-2)),
        Arguments.of("of nobody's role", with(owner(OWNER.comment(), false, false))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("differences")
  void somethingIsToBeDoneWhereOneThingIsNot(String what, SharedRow row) {
    assertThat(row.isAs(DESIRED)).as(what).isFalse();
  }

  @Test
  void oneThatKeepsItsOwnerMayHaveAny() {
    var keeping = desired(DESIRED.identity(), "orders", true, DesiredContent.NONE);

    assertThat(ownedBy("postgres").isAs(keeping)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"utf-8,,,", ",C.UTF-8,,", ",C.UTF-8,libc,", ",,libc,", ",,,pg_default"})
  void anOptionMayBeWrittenInOtherWays(
      String encoding, String locale, String provider, String tablespace) {
    assertThat(ROW.isAs(desired(encoding, locale, provider, tablespace))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"LATIN1,,,", "Unicode,,,", ",C,,", ",C.UTF-8,icu,", ",,builtin,", ",,,fast"})
  void anOptionThatMayDifferIsLookedAt(
      String encoding, String locale, String provider, String tablespace) {
    assertThat(ROW.isAs(desired(encoding, locale, provider, tablespace))).isFalse();
  }

  @Test
  void theOwnerLogsInWithThePasswordThatItsRoleIsMarkedWith() {
    assertThat(ROW.login(CLAIM, new Kept(PASSWORD))).contains(new Known("orders", PASSWORD));
    assertThat(ROW.login(CLAIM, new Kept(new Secret("edited")))).isEmpty();
    assertThat(ROW.login(CLAIM, new Kept(PASSWORD, true, true))).isEmpty();
  }

  @Test
  void nothingIsKnownOfTheLoginOfARoleThatWasThereBefore() {
    assertThat(with(owner(RoleComment.NONE, true, false)).login(CLAIM, new Kept(PASSWORD)))
        .contains(new Unknown("orders"));
  }

  @Test
  void aRoleThatBelongsToOthersIsLookedAt() {
    for (Claim claim : new Claim[] {ANOTHER, FOREIGN}) {
      var comment = RoleComment.of(claim, PASSWORD);
      assertThat(with(owner(comment, true, false)).login(CLAIM, new Kept(PASSWORD))).isEmpty();
    }
  }

  @Test
  void aPowerfulRoleIsLookedAtWhereItMustNotBeNamed() {
    SharedRow row = with(owner(RoleComment.NONE, true, true));

    assertThat(row.login(CLAIM, new Kept(PASSWORD, false, false))).isEmpty();
    assertThat(row.login(CLAIM, new Kept(PASSWORD, false, true))).contains(new Unknown("orders"));
  }

  private record Kept(Secret password, boolean renewalWanted, boolean isOfServersNamespace)
      implements OwnerPasswords {
    Kept(Secret password) {
      this(password, false, false);
    }

    @Override
    public Optional<Secret> find(Predicate<Secret> meant) {
      return Optional.of(password).filter(meant);
    }

    @Override
    public Secret next(String role) {
      throw new AssertionError("nothing is to be done");
    }

    @Override
    public Secret next(String role, List<Claim> claims, Predicate<Secret> current) {
      return next(role);
    }

    @Override
    public boolean isOtherPending(Secret other) {
      return false;
    }

    @Override
    public void forgetPending() {}

    @Override
    public boolean sharedWith(Claim other) {
      return false;
    }

    @Override
    public boolean isOfSameTenant(Claim other) {
      return false;
    }
  }
}
