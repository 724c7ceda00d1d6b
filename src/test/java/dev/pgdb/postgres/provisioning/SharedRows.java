package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseIdentity.Recorded;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.Secret;
import dev.pgdb.postgres.ServerFacts;
import java.util.function.UnaryOperator;

/** A database that is as it shall be, and what may be different about it. */
final class SharedRows {
  static final long OID = 16412;
  static final Claim CLAIM = new Claim("shop/orders", "4711");
  static final Claim ANOTHER = new Claim("shop/invoices", "1147");
  static final Claim FOREIGN = new Claim("bank/orders", "7411");
  static final Secret PASSWORD = new Secret("kept");
  static final ServerFacts SERVER =
      new ServerFacts("18.6", 180006, "7401", false, "postgres", "pgdb", true, true, true, true);

  static final DatabaseRow DATABASE =
      new DatabaseRow(OID, "orders", "orders", true, false, -1, null, "pgdb.dev: shop/orders 4711");
  static final FixedOptions OPTIONS =
      new FixedOptions("UTF8", "C.utf8", "C.utf8", "libc", null, "pg_default");
  static final OwnerRow OWNER =
      new OwnerRow(16411, "orders", RoleComment.of(CLAIM, PASSWORD), true, false);
  static final SharedRow ROW = new SharedRow(DATABASE, OPTIONS, OWNER);

  static final DesiredDatabase DESIRED =
      new DesiredDatabase(
          new DatabaseIdentity("orders", CLAIM, new Recorded(OID, "7401")),
          "orders",
          false,
          false,
          null,
          null,
          null,
          null,
          null,
          -1,
          DesiredContent.NONE);

  private SharedRows() {}

  static SharedRow commented(String comment) {
    var d = DATABASE;
    return with(
        new DatabaseRow(
            d.oid(), d.name(), d.owner(), true, false, d.connectionLimit(), d.acl(), comment));
  }

  static SharedRow named(String name) {
    var d = DATABASE;
    return with(new DatabaseRow(d.oid(), name, d.owner(), true, false, -1, null, d.comment()));
  }

  static SharedRow ownedBy(String owner) {
    var d = DATABASE;
    return with(new DatabaseRow(d.oid(), d.name(), owner, true, false, -1, null, d.comment()));
  }

  static SharedRow limitedTo(int connections) {
    var d = DATABASE;
    return with(
        new DatabaseRow(d.oid(), d.name(), d.owner(), true, false, connections, null, d.comment()));
  }

  static SharedRow with(DatabaseRow database) {
    return new SharedRow(database, OPTIONS, OWNER);
  }

  static SharedRow with(OwnerRow owner) {
    return new SharedRow(DATABASE, OPTIONS, owner);
  }

  static OwnerRow owner(RoleComment comment, boolean member, boolean powerful) {
    return new OwnerRow(OWNER.oid(), OWNER.name(), comment, member, powerful);
  }

  /** One that asks for these fixed options. */
  static DesiredDatabase desired(
      String encoding, String locale, String localeProvider, String tablespace) {
    var d = DESIRED;
    return new DesiredDatabase(
        d.identity(),
        d.owner(),
        false,
        false,
        null,
        encoding,
        locale,
        localeProvider,
        tablespace,
        -1,
        d.content());
  }

  static DesiredDatabase desired(UnaryOperator<DatabaseIdentity> identity) {
    var d = DESIRED;
    return desired(identity.apply(d.identity()), d.owner(), false, d.content());
  }

  static DesiredDatabase desired(
      DatabaseIdentity identity, String owner, boolean keepOwner, DesiredContent content) {
    return new DesiredDatabase(
        identity, owner, keepOwner, false, null, null, null, null, null, -1, content);
  }
}
