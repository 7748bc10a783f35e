package app.gigpigs.mauticsync.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads how many may be listed: none, or more. */
final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new TypeConversionException("\"" + text + "\" is no number from 0 up");
        }
        return Integer.valueOf(text);
    }
}
