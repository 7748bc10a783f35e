package app.gigpigs.mauticsync.setup.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivateHostTest {
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8080/webhooks/mautic, true",
        "http://localhost/x, true",
        "http://LOCALHOST/x, true",
        "https://sync/x, true",
        "https://sync.internal/x, true",
        "https://crm.local/x, true",
        "http://10.1.2.3/x, true",
        "http://172.16.0.9/x, true",
        "http://172.32.0.9/x, false",
        "http://192.168.1.1/x, true",
        "http://169.254.1.1/x, true",
        "http://100.64.0.1/x, true",
        "http://100.128.0.1/x, false",
        "http://0.0.0.0/x, true",
        "http://[::1]:8080/x, true",
        "http://[fd00::1]/x, true",
        "http://[fe80::1]/x, true",
        "http://[2001:db8::1]/x, false",
        "https://8.8.8.8/x, false",
        "https://crm.example.com/webhooks/mautic, false",
        "https://localhost.example.com/x, false",
        "not an address, false",
        "'', false"
    })
    void is_told_by_its_name_or_number(String url, boolean expected) {
        assertThat(PrivateHost.in(url)).isEqualTo(expected);
    }
}
