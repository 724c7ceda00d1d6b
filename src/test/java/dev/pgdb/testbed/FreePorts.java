package dev.pgdb.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

final class FreePorts {
  private FreePorts() {}

  /** So many different loopback ports that were free a moment ago. */
  static int[] take(int count) throws IOException {
    var sockets = new ServerSocket[count];
    try {
      for (int i = 0; i < count; i++) {
        sockets[i] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      }
      var ports = new int[count];
      for (int i = 0; i < count; i++) {
        ports[i] = sockets[i].getLocalPort();
      }
      return ports;
    } finally {
      for (var socket : sockets) {
        if (socket != null) {
          socket.close();
        }
      }
    }
  }
}
