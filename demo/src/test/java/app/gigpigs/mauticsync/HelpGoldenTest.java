package app.gigpigs.mauticsync;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every usage text, word for word. */
class HelpGoldenTest {
    @Test
    void the_help_of_every_command_is_what_it_was() {
        Map<String, String> files = new TreeMap<>();
        files.put("mautic-sync.txt", CommandHelp.of());
        for (String command : CommandHelp.commands()) {
            files.put(command + ".txt", CommandHelp.of(command));
        }
        Golden.check("help", files);
    }
}
