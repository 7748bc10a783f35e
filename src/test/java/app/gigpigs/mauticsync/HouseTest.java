package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HouseTest {
    @Test
    void the_main_class_is_the_one_the_manifest_names() {
        assertThat(Main.class.getName()).isEqualTo("app.gigpigs.mauticsync.Main");
    }
}
