package dev.pgdb.testbed;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** initdb and postgres refuse to be run by root, as who tests often run in containers. */
final class Unprivileged {
  private static final int NOBODY = 65534;

  private Unprivileged() {}

  /** The same command, run by somebody else where we are root. It keeps its pid. */
  static List<String> command(List<String> command) {
    if (!weAreRoot()) {
      return command;
    }
    var all = new ArrayList<>(unprivileged());
    all.addAll(command);
    return all;
  }

  /** Makes this empty directory one that such a command may own. */
  static void give(Path folder) throws IOException {
    if (weAreRoot() && !LinuxUtils.isUnshareAvailable()) {
      Files.setAttribute(folder, "unix:uid", NOBODY);
      Files.setAttribute(folder, "unix:gid", NOBODY);
    }
  }

  private static List<String> unprivileged() {
    if (LinuxUtils.isUnshareAvailable()) {
      return List.of("unshare", "-U"); // root's files stay readable, though nobody seems to be root
    }
    // Some containers forbid user namespaces. This one may read what root may, wherever the project
    // lies.
    return List.of(
        "setpriv",
        "--reuid=" + NOBODY,
        "--regid=" + NOBODY,
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override");
  }

  private static boolean weAreRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
