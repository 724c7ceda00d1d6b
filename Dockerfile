# The image of pgdb, from what ./mvnw -Pimage package -DskipTests has put into target/image. Nothing runs in this build, so any base
# with glibc and nothing else will do: for a runtime of a JDK such as Temurin. The OpenJDK of a distribution links libz and libstdc++ of
# the system as well.
ARG BASE=gcr.io/distroless/base-nossl-debian12:nonroot
FROM ${BASE}
COPY target/image/runtime /opt/pgdb/runtime
COPY target/image/lib /opt/pgdb/lib
COPY target/image/java.options /opt/pgdb/
COPY target/image/app /opt/pgdb/app
COPY target/image/pgdb.aot /opt/pgdb/
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/opt/pgdb/runtime/bin/java", "@/opt/pgdb/java.options", "dev.pgdb.cli.Pgdb"]
CMD ["run"]
