package dev.pgdb.testbed;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Leaves no process and no temporary directory behind, however this JVM ends.
 *
 * <p>A shell is told over its standard input what there is. When the JVM dies by any means, kill -9
 * included, the kernel closes that pipe; the shell then ends the processes, deletes the directories
 * and goes.
 */
public final class Reaper {
  /** How a process is asked to end first; whatever is still there after three seconds is killed. */
  public enum Ending {
    KILL,
    TERM,
    QUIT
  }

  // The newest go first: an API server whose etcd died before it takes its time. CONT wakes what a
  // test had stopped.
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      watched= folders=
      while IFS= read -r line; do
        case $line in
          'folder '*) folders="${line#folder }
      $folders" ;;
          'gone '*) kept=
            for entry in $watched; do [ "${entry#*:}" = "${line#gone }" ] || kept="$kept $entry"; done
            watched=$kept ;;
          *) watched="$line $watched" ;;
        esac
      done
      for entry in $watched; do
        kill -"${entry%%:*}" "${entry#*:}"
        kill -CONT "${entry#*:}"
      done
      for tick in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        left=
        for entry in $watched; do if kill -0 "${entry#*:}"; then left="$left ${entry#*:}"; fi; done
        [ -n "$left" ] || break
        sleep 0.2
      done
      for pid in $left; do kill -KILL "$pid"; done
      printf '%s' "$folders" | while IFS= read -r folder; do rm -rf "$folder"; done
      """;

  private static final Reaper THE_ONE = new Reaper();

  private final BufferedWriter orders;

  private Reaper() {
    try {
      var shell =
          new ProcessBuilder("sh", "-c", SCRIPT)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      orders =
          new BufferedWriter(
              new OutputStreamWriter(shell.getOutputStream(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("The test bed needs a POSIX sh to clean up after itself", e);
    }
  }

  /** Ends this process with the JVM, by TERM at first. */
  public static Process watch(Process process) {
    return watch(process, Ending.TERM);
  }

  public static Process watch(Process process, Ending ending) {
    THE_ONE.say(ending + ":" + process.pid());
    // Its pid may soon belong to somebody else.
    var forgotten = process.onExit().thenRun(() -> THE_ONE.say("gone " + process.pid()));
    assert forgotten != null;
    return process;
  }

  /** Deletes this directory when the JVM has ended. */
  public static Path deleteAtEnd(Path folder) {
    THE_ONE.say("folder " + folder.toAbsolutePath());
    return folder;
  }

  private synchronized void say(String order) {
    try {
      orders.write(order);
      orders.newLine();
      orders.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The reaper is gone; what the tests start would be left behind", e);
    }
  }
}
