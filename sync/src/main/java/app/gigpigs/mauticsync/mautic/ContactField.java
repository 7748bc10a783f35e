package app.gigpigs.mauticsync.mautic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A contact field as Mautic describes it. The API does not return its length limit.
 *
 * @param id the id of its definition; social fields of a real Mautic have one like all others
 * @param choices the values of a select field
 */
public record ContactField(
        long id,
        String alias,
        String type,
        boolean published,
        boolean unique,
        @Nullable String defaultValue,
        List<String> choices) {
    public ContactField {
        choices = List.copyOf(choices);
    }
}
