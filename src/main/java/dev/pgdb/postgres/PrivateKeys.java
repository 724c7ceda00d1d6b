package dev.pgdb.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads private keys in PEM: PKCS #8, which Java knows, and the older forms of RSA and EC keys,
 * which cert-manager writes by default, by wrapping them in it. See <a
 * href="https://www.rfc-editor.org/rfc/rfc5958">RFC 5958</a> and <a
 * href="https://www.rfc-editor.org/rfc/rfc5915">RFC 5915</a>.
 */
final class PrivateKeys {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END ");

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int PARAMETERS = 0xa0;
  private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

  private PrivateKeys() {}

  /** The first key in a text. What goes wrong is told without a word of the key. */
  static PrivateKey read(String pem) throws GeneralSecurityException {
    var block = PEM.matcher(pem);
    if (!block.find()) {
      throw new GeneralSecurityException("there is no private key in PEM in it");
    }
    byte[] der = Base64.getMimeDecoder().decode(block.group(2));
    return switch (block.group(1)) {
      case "" -> pkcs8(der);
      case "RSA " -> pkcs8(der(SEQUENCE, VERSION_0, RSA, der(OCTET_STRING, der)));
      case "EC " ->
          pkcs8(der(SEQUENCE, VERSION_0, der(SEQUENCE, EC, curveOf(der)), der(OCTET_STRING, der)));
      default ->
          throw new GeneralSecurityException(
              "a key of the form "
                  + block.group(1).strip()
                  + " cannot be read; write it unencrypted in PKCS #8");
    };
  }

  private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // a key of another algorithm
      }
    }
    throw new GeneralSecurityException("it is no RSA, EC or EdDSA key");
  }

  /** Says in its third element, after version and key, on which curve it is. */
  private static byte[] curveOf(byte[] ecKey) throws GeneralSecurityException {
    try {
      ByteBuffer elements = content(ByteBuffer.wrap(ecKey));
      content(elements);
      content(elements);
      if (Byte.toUnsignedInt(elements.get(elements.position())) == PARAMETERS) {
        ByteBuffer curve = content(elements);
        byte[] bytes = new byte[curve.remaining()];
        curve.get(bytes);
        return bytes;
      }
    } catch (RuntimeException e) {
      // shorter than it says
    }
    throw new GeneralSecurityException("the EC key does not name its curve");
  }

  /** The content of the next element, which is skipped. */
  private static ByteBuffer content(ByteBuffer elements) {
    elements.get(); // its tag
    int length = Byte.toUnsignedInt(elements.get());
    if (length > 0x80) {
      int bytes = length - 0x80;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | Byte.toUnsignedInt(elements.get());
      }
    }
    ByteBuffer content = elements.slice(elements.position(), length);
    elements.position(elements.position() + length);
    return content;
  }

  private static byte[] der(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var element = new ByteArrayOutputStream();
    element.write(tag);
    if (content.size() < 0x80) {
      element.write(content.size());
    } else {
      element.write(0x82);
      element.write(content.size() >> 8);
      element.write(content.size());
    }
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }
}
