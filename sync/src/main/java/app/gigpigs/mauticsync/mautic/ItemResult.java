package app.gigpigs.mauticsync.mautic;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mautic's answer to one item of a batch.
 *
 * @param status the item's own status; the call's status says nothing about it
 * @param contact the contact as it is now, when it was saved
 * @param message Mautic's reason, empty when it was saved
 * @param details field alias to what is wrong with its value
 */
public record ItemResult(int status, @Nullable Contact contact, String message, Map<String, List<String>> details) {
    public ItemResult {
        details = Map.copyOf(details);
    }

    /** Whether Mautic saved it; a contact in the answer does not prove that (seen on 5.1.0). */
    public boolean saved() {
        return status == 200 || status == 201;
    }
}
