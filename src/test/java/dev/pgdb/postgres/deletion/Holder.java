package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.TestPostgres;
import java.util.List;

/** What may hold a database up, and what must come of it. */
enum Holder {
  GRANTS_BY_SEVERAL_GRANTORS("9.6", GrantCases::chains),
  SOMEBODY_GRANTS_AGAIN("9.6", GrantCases::regranting),
  SOMEBODY_OPENS_THE_DOOR_AGAIN("9.6", GrantCases::reopening),
  STARTING_SESSIONS("9.6", SessionCases::starting),
  TABLE_LOCKS("9.6", SessionCases::lockingTables),
  DEAF_SESSION("9.6", SessionCases::deaf),
  DEAF_SESSION_ELSEWHERE("15", SessionCases::deafElsewhere),
  ALL_SLOTS_TAKEN("9.6", SessionCases::allSlotsTaken),
  AUTOVACUUM("9.6", SessionCases::autovacuum),
  PREPARED_TRANSACTIONS("9.6", TransactionCases::prepared),
  PREPARED_BY_A_ROLE_THAT_IS_GONE("9.6", TransactionCases::preparedByARoleThatIsGone),
  PREPARED_TRANSACTION_TO_WAIT_FOR("9.6", TransactionCases::preparedAndWait),
  OPEN_GRANT_TO_WAIT_FOR("9.6", TransactionCases::openGrantAndWait),
  OPEN_COMMENT_TO_WAIT_FOR("9.6", TransactionCases::openCommentAndWait),
  OPEN_SAVEPOINT_TO_WAIT_FOR("9.6", TransactionCases::openSavepointAndWait),
  OPEN_TRANSACTIONS_TO_TERMINATE("9.6", TransactionCases::openAndTerminate),
  PREPARED_ELSEWHERE_TO_WAIT_FOR("9.6", TransactionCases::preparedElsewhereAndWait),
  PREPARED_SAVEPOINT_TO_WAIT_FOR("9.6", TransactionCases::preparedSavepointAndWait),
  PREPARED_ELSEWHERE_TO_END("9.6", TransactionCases::preparedElsewhereAndTerminate),
  PREPARED_BEHIND_A_CLOSED_DOOR("9.6", TransactionCases::preparedBehindAClosedDoor),
  ACTIVE_SLOTS("9.6", ReplicationCases::activeSlots),
  INACTIVE_SLOTS("9.6", ReplicationCases::inactiveSlots),
  TEMPORARY_SLOTS("10", ReplicationCases::temporarySlots),
  SLOTS_TO_WAIT_FOR("9.6", ReplicationCases::slotsAndWait),
  ENABLED_SUBSCRIPTION("10", ReplicationCases::enabledSubscription),
  DISABLED_SUBSCRIPTION("10", ReplicationCases::disabledSubscription),
  SILENT_PUBLISHER("10", ReplicationCases::silentPublisher),
  SUBSCRIPTION_TO_WAIT_FOR("10", ReplicationCases::subscriptionAndWait),
  TEMPLATE("9.6", CatalogCases::template),
  BEING_COPIED("9.6", CatalogCases::beingCopied),
  GRAVE_TAKEN("9.6", CatalogCases::graveTaken),
  NO_WAY_IN("9.6", TransactionCases::noWayIn),
  DROP_OF_AN_EARLIER_PROCESS("9.6", TransactionCases::dropOfAnEarlierProcess),
  INVALID("11", CatalogCases::invalid),
  INVALID_AND_LOCKED("11", CatalogCases::invalidAndLocked),
  TORTURE("9.6", CatalogCases::torture);

  private final String firstRelease;

  @SuppressWarnings("ImmutableEnumChecker") // a method of a class without state
  private final Course course;

  /** Arranges what holds the database up, deletes it, and checks what must hold. */
  @FunctionalInterface
  private interface Course {
    void run(Situation situation) throws Exception;
  }

  Holder(String firstRelease, Course course) {
    this.firstRelease = firstRelease;
    this.course = course;
  }

  boolean existsOn(String release) {
    List<String> all = TestPostgres.RELEASES;
    return all.indexOf(release) >= all.indexOf(firstRelease);
  }

  void isOvercome(Situation situation) throws Exception {
    course.run(situation);
  }
}
