package app.gigpigs.mauticsync;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.PrimitiveTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.lang.model.type.TypeKind;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Reads methods and constructors out of source files with the compiler's own parser. */
final class SourceMethods {
    private SourceMethods() {}

    /**
     * A method or constructor as it is written.
     *
     * @param name class and method, for example {@code Outer.Inner#method}
     * @param lines lines of code in its body, without those of text blocks
     * @param statements of its body, at the top
     */
    record Method(
            Path file, String name, boolean constructor, Set<Modifier> modifiers, Size size, Parameters parameters) {
        /** Nothing but one expression: a list of values, a builder's chain. */
        boolean table() {
            return size.statements() == 1;
        }
    }

    record Size(int lines, int statements) {}

    /**
     * @param count how many there are
     * @param flags the names of those of type boolean
     * @param overriding whether another class decides on them
     */
    record Parameters(int count, List<String> flags, boolean overriding) {}

    static List<Method> in(Collection<Path> files) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Method> methods = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new Reader(unit, positions, methods).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return methods;
    }

    private static final class Reader extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Method> methods;
        private final Deque<String> classes = new ArrayDeque<>();

        private Reader(CompilationUnitTree unit, SourcePositions positions, List<Method> methods) {
            this.unit = unit;
            this.positions = positions;
            this.methods = methods;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            classes.addLast(type.getSimpleName().toString());
            super.visitClass(type, null);
            classes.removeLast();
            return null;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            boolean constructor = method.getReturnType() == null;
            String owner = classes.stream().filter(name -> !name.isEmpty()).collect(Collectors.joining("."));
            List<? extends VariableTree> parameters = method.getParameters();
            methods.add(new Method(
                    Path.of(unit.getSourceFile().toUri()),
                    owner + "#" + (constructor ? "new" : method.getName()),
                    constructor,
                    method.getModifiers().getFlags(),
                    method.getBody() == null
                            ? new Size(0, 0)
                            : new Size(
                                    lines(method.getBody()),
                                    method.getBody().getStatements().size()),
                    new Parameters(
                            parameters.size(),
                            parameters.stream()
                                    .filter(Reader::flag)
                                    .map(parameter -> parameter.getName().toString())
                                    .toList(),
                            method.getModifiers().getAnnotations().stream()
                                    .anyMatch(annotation -> annotation
                                            .getAnnotationType()
                                            .toString()
                                            .equals("Override")))));
            return super.visitMethod(method, null);
        }

        private static boolean flag(VariableTree parameter) {
            return parameter.getType() instanceof PrimitiveTypeTree type
                    && type.getPrimitiveTypeKind() == TypeKind.BOOLEAN;
        }

        /** The lines with code, so that comments, blank lines and the middle of text blocks do not count. */
        private int lines(Tree body) {
            LineMap map = unit.getLineMap();
            Set<Long> lines = new TreeSet<>();
            new TreeScanner<Void, Void>() {
                @Override
                public Void scan(Tree tree, Void unused) {
                    if (tree != null && positions.getStartPosition(unit, tree) >= 0) {
                        lines.add(map.getLineNumber(positions.getStartPosition(unit, tree)));
                        if (!(tree instanceof LiteralTree)) {
                            lines.add(map.getLineNumber(Math.max(0, positions.getEndPosition(unit, tree) - 1)));
                        }
                    }
                    return super.scan(tree, null);
                }
            }.scan(body, null);
            return lines.size();
        }
    }
}
