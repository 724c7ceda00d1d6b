package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.AdminKind.BESIDE_AN_AGENT;
import static dev.pgdb.postgres.deletion.Need.*;

import dev.pgdb.testbed.TestPostgres;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What may hold a database up, what it takes to overcome it, and what must come of it. */
enum Holder {
  GRANTS_BY_SEVERAL_GRANTORS("9.6", GrantCases::chains),
  SOMEBODY_GRANTS_AGAIN("9.6", GrantCases::regranting, END_CLIENTS),
  SOMEBODY_OPENS_THE_DOOR_AGAIN("9.6", GrantCases::reopening, END_CLIENTS),
  STARTING_SESSIONS("9.6", SessionCases::starting, END_CLIENTS, END_STRANGERS),
  TABLE_LOCKS("9.6", SessionCases::lockingTables, END_CLIENTS, SUPERUSERS_SESSION),
  OWNER_AT_WORK("9.6", SessionCases::ownerAtWork, END_CLIENTS),
  DEAF_SESSION("9.6", SessionCases::deaf, END_CLIENTS),
  DEAF_SESSION_ELSEWHERE("15", SessionCases::deafElsewhere),
  ROLE_OF_A_SESSION_IS_GONE("9.6", SessionCases::roleIsGone),
  ALL_SLOTS_TAKEN("9.6", SessionCases::allSlotsTaken, END_CLIENTS),
  AUTOVACUUM("9.6", WorkerCases::autovacuum, END_CLIENTS),
  DEAF_AUTOVACUUM("9.6", WorkerCases::deafAutovacuum, END_CLIENTS),
  PARALLEL_WORKERS("9.6", WorkerCases::parallelWorkers, END_CLIENTS),
  PREPARED_TRANSACTIONS("9.6", TransactionCases::prepared, END_CLIENTS, ACT_AS_CLIENTS),
  PREPARED_BY_A_ROLE_THAT_IS_GONE(
      "9.6", TransactionCases::preparedByARoleThatIsGone, SUPERUSERS_TRANSACTION),
  PREPARED_TRANSACTION_TO_WAIT_FOR("9.6", TransactionCases::preparedAndWait, END_CLIENTS),
  OPEN_GRANT_TO_WAIT_FOR("9.6", ForeignCases::openGrantAndWait, END_CLIENTS),
  OPEN_COMMENT_TO_WAIT_FOR("9.6", ForeignCases::openCommentAndWait, END_CLIENTS),
  OPEN_SAVEPOINT_TO_WAIT_FOR("9.6", ForeignCases::openSavepointAndWait, END_CLIENTS),
  LOCK_THAT_IS_GIVEN_BACK("9.6", ForeignCases::givenBack, END_CLIENTS),
  ROW_LOCK_TO_WAIT_FOR("9.6", ForeignCases::rowLockAndWait, END_CLIENTS),
  SHARED_ROW_LOCKS_TO_TERMINATE(
      "9.6", ForeignCases::sharedRowLocksAndTerminate, END_CLIENTS, SUPERUSERS_TRANSACTION),
  OPEN_TRANSACTIONS_TO_TERMINATE(
      "9.6", ForeignCases::openAndTerminate, END_CLIENTS, SUPERUSERS_TRANSACTION),
  OPEN_GRANT_OF_A_CLIENT_TO_TERMINATE("9.6", ForeignCases::clientsAndTerminate, END_CLIENTS),
  PREPARED_ELSEWHERE_TO_WAIT_FOR("9.6", ForeignCases::preparedElsewhereAndWait, END_CLIENTS),
  PREPARED_SAVEPOINT_TO_WAIT_FOR("9.6", ForeignCases::preparedSavepointAndWait, END_CLIENTS),
  PREPARED_ELSEWHERE_TO_END(
      "9.6", ForeignCases::preparedElsewhereAndTerminate, END_CLIENTS, SUPERUSERS_TRANSACTION),
  PREPARED_BEHIND_A_CLOSED_DOOR("9.6", ForeignCases::preparedBehindAClosedDoor),
  ACTIVE_SLOTS("9.6", ReplicationCases::activeSlots, END_CLIENTS, DROP_SLOTS),
  INACTIVE_SLOTS("9.6", ReplicationCases::inactiveSlots, END_CLIENTS, DROP_SLOTS),
  TEMPORARY_SLOTS("10", ReplicationCases::temporarySlots, END_CLIENTS),
  SLOTS_TO_WAIT_FOR("9.6", ReplicationCases::slotsAndWait, END_CLIENTS),
  ENABLED_SUBSCRIPTION(
      "10", ReplicationCases::enabledSubscription, END_CLIENTS, SUPERUSERS_SUBSCRIPTION),
  DISABLED_SUBSCRIPTION(
      "10", ReplicationCases::disabledSubscription, END_CLIENTS, SUPERUSERS_SUBSCRIPTION),
  SUBSCRIPTION_OF_SUPERUSERS(
      "16", ReplicationCases::subscriptionOfSuperusers, END_CLIENTS, SUPERUSERS_SUBSCRIPTION),
  SUBSCRIPTION_BEHIND_SETTINGS(
      "10", ReplicationCases::subscriptionBehindSettings, SUPERUSERS_SUBSCRIPTION),
  SILENT_PUBLISHER("10", ReplicationCases::silentPublisher, END_CLIENTS, SUPERUSERS_SUBSCRIPTION),
  SUBSCRIPTION_TO_WAIT_FOR("10", ReplicationCases::subscriptionAndWait, END_CLIENTS),
  TEMPLATE("9.6", CatalogCases::template, END_CLIENTS),
  BEING_COPIED("9.6", CatalogCases::beingCopied),
  GRAVE_TAKEN("9.6", CatalogCases::graveTaken, END_CLIENTS),
  NO_WAY_IN("9.6", TransactionCases::noWayIn, ACT_AS_CLIENTS),
  DROP_OF_AN_EARLIER_PROCESS("9.6", ForeignCases::dropOfAnEarlierProcess, SUPERUSERS_TRANSACTION),
  INVALID("11", CatalogCases::invalid, END_CLIENTS),
  INVALID_AND_LOCKED("11", CatalogCases::invalidAndLocked),
  TORTURE(
      "9.6",
      CatalogCases::torture,
      END_CLIENTS,
      END_STRANGERS,
      ACT_AS_CLIENTS,
      DROP_SLOTS,
      SUPERUSERS_TRANSACTION,
      SUPERUSERS_SUBSCRIPTION);

  private final String firstRelease;

  @SuppressWarnings("ImmutableEnumChecker") // a method of a class without state
  private final Course course;

  @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
  private final Set<Need> needs;

  /** Arranges what holds the database up, deletes it, and checks what must hold. */
  @FunctionalInterface
  private interface Course {
    void run(Situation situation) throws Exception;
  }

  Holder(String firstRelease, Course course, Need... needs) {
    this.firstRelease = firstRelease;
    this.course = course;
    this.needs = Set.of(needs);
  }

  boolean existsOn(String release) {
    return isAtLeast(release, firstRelease);
  }

  static boolean isAtLeast(String release, String other) {
    List<String> all = TestPostgres.RELEASES;
    return all.indexOf(release) >= all.indexOf(other);
  }

  /** Whether it can be brought about for such an admin. */
  boolean appliesTo(AdminKind admin, String release) {
    return switch (this) {
      case BEING_COPIED -> admin != BESIDE_AN_AGENT; // nobody copies what an agent sits in
      case DROP_OF_AN_EARLIER_PROCESS -> admin.can(OWNERSHIP);
      case DEAF_AUTOVACUUM -> admin.isSuperuser() || isAtLeast(release, "10"); // see 9.6 there
      case ROLE_OF_A_SESSION_IS_GONE -> admin.isSuperuser() || admin.maySignalBackends();
      case SUBSCRIPTION_BEHIND_SETTINGS -> admin.isSuperuser();
      case SILENT_PUBLISHER -> admin.isSuperuser() || hasSubscribers(release);
      default -> true;
    };
  }

  /** Whether an ordinary role can own a subscription. */
  static boolean hasSubscribers(String release) {
    return isAtLeast(release, "16");
  }

  /** What the admin needs to overcome it. */
  Set<Need> needs(AdminKind admin, String release) {
    var all = EnumSet.of(OWNERSHIP);
    all.addAll(needs);
    if (isAtLeast(release, "10")) {
      all.remove(DROP_SLOTS);
    } else {
      all.remove(SUPERUSERS_SUBSCRIPTION);
      if (this == AUTOVACUUM && !admin.maySignalBackends()) {
        all.add(SUPERUSERS_SESSION); // the worker looks like one
      }
    }
    if (this != SUBSCRIPTION_OF_SUPERUSERS
        && hasSubscribers(release)
        && all.remove(SUPERUSERS_SUBSCRIPTION)) {
      all.add(ACT_AS_CLIENTS);
    }
    if (admin.isBesideAnAgent()) {
      all.add(AGENTS_SESSION);
    }
    return all;
  }

  void isOvercome(Situation situation) throws Exception {
    course.run(situation);
  }
}
