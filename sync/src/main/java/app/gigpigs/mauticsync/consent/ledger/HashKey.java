package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of the stored hashes of erased people. An address is the same in any case and with any
 * blanks around it. A hash is the first 128 bits of an HMAC-SHA256, in hexadecimal. Thread-safe.
 */
public final class HashKey {
    /** The variable that holds it. */
    public static final String VARIABLE = "MAUTIC_SYNC_HASH_KEY";

    private static final int LEAST = 16;
    private static final int HASH_BYTES = 16;

    private final SecretKeySpec key;
    private final int mautic;

    private HashKey(SecretKeySpec key, int mautic) {
        this.key = key;
        this.mautic = mautic;
    }

    /**
     * Takes the text as it is.
     *
     * @throws IllegalArgumentException when it is so short that somebody could find it by trying
     */
    public static HashKey of(String text) {
        if (text.length() < LEAST) {
            throw new IllegalArgumentException(
                    "has " + text.length() + " characters; it needs at least " + LEAST + ": " + HOW);
        }
        return new HashKey(new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), "HmacSHA256"), 0);
    }

    /** A new key, as text: 256 bits of the system's secure randomness. */
    static String make() {
        try {
            KeyGenerator generator = KeyGenerator.getInstance("HmacSHA256");
            generator.init(256);
            return Base64.getEncoder().encodeToString(generator.generateKey().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    public static final String HOW = "make one with openssl rand -base64 32, and keep it for as long as the database";

    public String email(String address) {
        return hash("email:" + EmailAddress.normal(address));
    }

    public String customer(CustomerId id) {
        return hash("customer:" + id);
    }

    public String contact(long id) {
        return hash("contact:" + (mautic == 0 ? "" : mautic + ":") + id);
    }

    /** The same key for the contacts of this Mautic, by the number that it has in mautic_sync.instance. */
    HashKey ofInstance(int number) {
        return new HashKey(key, number);
    }

    /** What is stored to know the key again. */
    String checkValue() {
        return hash("check:mautic-sync");
    }

    private String hash(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] full = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(full, HASH_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "HashKey";
    }

    /** The hashes in the database cannot be used; the message says why and what to do. */
    public static final class HashKeyException extends FailureException {
        public HashKeyException(String message) {
            super(ErrorCode.HASH_KEY, message);
        }
    }
}
