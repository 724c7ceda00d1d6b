package dev.pgdb.operator;

import dev.pgdb.api.Reason;

/** How the operator stands with a server. */
sealed interface ServerState {

  /** Nobody has tried yet. */
  record Unknown() implements ServerState {}

  /** It can be worked on. */
  record Usable(ServerConnection connection, String systemIdentifier) implements ServerState {}

  /** It cannot; the message names the server and what is wrong with it. */
  record Unusable(Reason reason, String message) implements ServerState {}
}
