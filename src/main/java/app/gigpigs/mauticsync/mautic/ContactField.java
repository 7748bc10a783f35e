package app.gigpigs.mauticsync.mautic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A contact field as Mautic describes it. Its length limit is not among what the API tells.
 *
 * @param choices the values of a select field
 */
public record ContactField(
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
