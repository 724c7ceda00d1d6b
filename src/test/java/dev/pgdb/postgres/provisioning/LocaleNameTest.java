package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether two names mean one locale. */
class LocaleNameTest {
  @ParameterizedTest
  @CsvSource({"C.UTF-8,C.utf8", "POSIX,C", "C,POSIX", "de_DE.UTF-8,de_DE.utf8"})
  void namesOfOneLocaleAreTheSame(String wanted, String found) {
    assertThat(LocaleName.isSame(wanted, found)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"C,C.UTF-8", "en_US.UTF-8,de_DE.UTF-8", "en_US,en_US.UTF-8"})
  void namesOfTwoAreNot(String wanted, String found) {
    assertThat(LocaleName.isSame(wanted, found)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "en_US,en-US",
    "en_US.UTF-8,en-US",
    "en-us,en-US",
    "de@collation=phonebook,de-u-co-phonebk",
    "de@collation=phonebook,de@collation=phonebook",
    "de-u-co-phonebk,de-u-co-phonebk",
    "POSIX,en-US-u-va-posix",
    "C.UTF-8,en-US-u-va-posix",
    "root,und",
    "'',und"
  })
  void icuHasAnotherNameForIt(String wanted, String found) {
    assertThat(LocaleName.mayBe(wanted, found, "icu")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "en_US,en-GB",
    "de,de-u-co-phonebk",
    "de-u-co-phonebk,de",
    "de@collation=phonebook,fr-u-co-phonebk"
  })
  void anotherLocaleOfIcuIsNot(String wanted, String found) {
    assertThat(LocaleName.mayBe(wanted, found, "icu")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"C.UTF-8,C.UTF-8,true", "C.UTF-8,C,false", "en_US.UTF-8,en-US,false"})
  void builtinOnesHaveOneName(String wanted, String found, boolean same) {
    assertThat(LocaleName.mayBe(wanted, found, "builtin")).isEqualTo(same);
  }
}
