package app.gigpigs.mauticsync.inbound.ses;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;

/** The signature of a message of SNS. Pure. */
final class SnsSignature {
    private SnsSignature() {}

    /** Whether the holder of this key signed the message. */
    static boolean matches(SnsMessage message, PublicKey key) {
        String algorithm = switch (message.proof().version()) {
            case "1" -> "SHA1withRSA";
            case "2" -> "SHA256withRSA";
            default -> "";
        };
        if (algorithm.isEmpty()) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initVerify(key);
            signature.update(message.signedText().getBytes(StandardCharsets.UTF_8));
            return signature.verify(Base64.getDecoder().decode(message.proof().signature()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
