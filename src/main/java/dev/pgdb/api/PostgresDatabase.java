package dev.pgdb.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A database on a {@link PostgresServer}; deleting it drops the database. */
@Group("pgdb.dev")
@Version("v1")
@Singular("postgresdatabase")
@Plural("postgresdatabases") // said, since it would be derived anew for each object that is read
@ShortNames("pgdb")
@AdditionalPrinterColumn(name = "READY", jsonPath = ".status.conditions[?(@.type=='Ready')].status")
@AdditionalPrinterColumn(
    name = "STATUS",
    jsonPath = ".status.conditions[?(@.type=='Ready')].reason")
@AdditionalPrinterColumn(name = "DATABASE", jsonPath = ".status.database.name")
@AdditionalPrinterColumn(name = "SERVER", jsonPath = ".spec.serverRef.name")
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "OID",
    jsonPath = ".status.database.oid",
    type = AdditionalPrinterColumn.Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "SESSIONS LEFT",
    jsonPath = ".status.deletion.sessionsLeft",
    type = AdditionalPrinterColumn.Type.INTEGER,
    priority = 1)
@ValidationRule(
    value = DatabaseNames.UNCHANGED,
    message = DatabaseNames.UNCHANGED_MESSAGE,
    fieldPath = DatabaseNames.FIELD,
    reason = "FieldValueForbidden")
@ValidationRule(
    value = DatabaseNames.DEFAULT_FITS,
    message = DatabaseNames.DEFAULT_FITS_MESSAGE,
    fieldPath = DatabaseNames.FIELD,
    optionalOldSelf = true)
@ValidationRule(
    value = DatabaseNames.NOT_RESERVED,
    message = DatabaseNames.NOT_RESERVED_MESSAGE,
    fieldPath = DatabaseNames.FIELD,
    optionalOldSelf = true)
@ValidationRule(
    value = DatabaseNames.NOT_OURS,
    message = DatabaseNames.NOT_OURS_MESSAGE,
    fieldPath = DatabaseNames.FIELD,
    optionalOldSelf = true)
@ValidationRule(
    value = DatabaseNames.DEFAULT_OWNER,
    message = DatabaseNames.DEFAULT_OWNER_MESSAGE,
    fieldPath = ".spec.owner")
public final class PostgresDatabase
    extends CustomResource<PostgresDatabaseSpec, PostgresDatabaseStatus> implements Namespaced {}
