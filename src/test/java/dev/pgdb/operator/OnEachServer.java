package dev.pgdb.operator;

import dev.pgdb.testbed.Releases;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Runs a class on PostgreSQL 13 and 18, or on the releases that are named by {@code
 * -Dpgdb.test.releases}, with an admin of each kind. Its constructor takes the two.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "PostgreSQL {0}, {1}")
@ArgumentsSource(OnEachServer.Rows.class)
@interface OnEachServer {
  /**
   * For classes that take long: each release and each kind of admin once, unless all is asked for.
   */
  boolean diagonal() default false;

  /** A release and an admin. */
  record Row(String release, AdminKind admin) {
    /** All four of them. */
    static List<Row> all() {
      return Releases.namedOrElse("13", "18").stream()
          .flatMap(release -> Stream.of(AdminKind.values()).map(admin -> new Row(release, admin)))
          .toList();
    }

    /** Two that have each release and each kind of admin, unless all is asked for. */
    static List<Row> diagonal() {
      return Releases.notAskedFor()
          ? List.of(new Row("13", AdminKind.CREATOR), new Row("18", AdminKind.SUPERUSER))
          : all();
    }
  }

  /** What JUnit asks for them. */
  final class Rows extends AnnotationBasedArgumentsProvider<OnEachServer> {
    @Override
    protected Stream<? extends Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context, OnEachServer each) {
      List<Row> rows = each.diagonal() ? Row.diagonal() : Row.all();
      return rows.stream().map(row -> Arguments.of(row.release(), row.admin()));
    }
  }
}
