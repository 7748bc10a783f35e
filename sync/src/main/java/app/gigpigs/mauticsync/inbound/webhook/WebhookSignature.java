package app.gigpigs.mauticsync.inbound.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Mautic's signature: base64 of HMAC-SHA256 over the bytes of the body (seen on 5.1.0; the secret itself is never sent).
 * It contains neither a time nor a recipient. So it proves that Mautic wrote the body, but not that the delivery is new.
 * Pure.
 */
public final class WebhookSignature {
    static final String HEADER = "Webhook-Signature";

    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9+/]{43}=");

    private WebhookSignature() {}

    /** Whether it looks like one: base64 of 32 bytes. */
    static boolean wellFormed(String signature) {
        return SHAPE.matcher(signature).matches();
    }

    /** Whether this is the signature of the body with one of these secrets. */
    public static boolean matches(byte[] body, @Nullable String signature, List<String> secrets) {
        if (signature == null) {
            return false;
        }
        byte[] given = signature.getBytes(StandardCharsets.UTF_8);
        boolean matches = false;
        for (String secret : secrets) {
            // Every secret is tried and every byte is compared, so that the time taken reveals nothing.
            matches |= MessageDigest.isEqual(of(body, secret).getBytes(StandardCharsets.UTF_8), given);
        }
        return matches;
    }

    /** The signature of a body. */
    static String of(byte[] body, String secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
