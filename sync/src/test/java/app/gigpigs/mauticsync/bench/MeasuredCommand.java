package app.gigpigs.mauticsync.bench;

import app.gigpigs.mauticsync.cli.MauticSync;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Runs one command in this process, once or several times, and writes what it cost: CPU in ms, peak heap in bytes, peak resident memory in kB. */
final class MeasuredCommand {
    private MeasuredCommand() {}

    public static void main(String[] arguments) throws IOException {
        int code = 0;
        for (int i = 0; i < Integer.getInteger("bench.times", 1); i++) {
            code = MauticSync.run(MauticSync.Further.NONE, Arrays.copyOfRange(arguments, 1, arguments.length));
        }
        write(Path.of(arguments[0]));
        System.exit(code);
    }

    static void write(Path measures) throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        String resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElse("0");
        Files.writeString(measures, system.getProcessCpuTime() / 1_000_000 + " " + heap + " " + resident);
    }
}
