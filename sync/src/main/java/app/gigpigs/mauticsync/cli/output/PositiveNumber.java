package app.gigpigs.mauticsync.cli.output;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the limit of a list: a number from 0 up. */
public final class PositiveNumber implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new TypeConversionException("\"" + text + "\" is no number from 0 up");
        }
        return Integer.valueOf(text);
    }
}
