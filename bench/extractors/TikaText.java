import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.apache.tika.extractor.DocumentSelector;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.sax.BodyContentHandler;

/** For each path on a line of standard input, prints a line with the text that Tika finds, in base64. */
public class TikaText {
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader paths = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        AutoDetectParser parser = new AutoDetectParser();
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            String text = "";
            try (InputStream content = Files.newInputStream(Path.of(path))) {
                BodyContentHandler body = new BodyContentHandler(-1);
                Metadata metadata = new Metadata();
                metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, Path.of(path).getFileName().toString());
                ParseContext alone = new ParseContext();
                alone.set(DocumentSelector.class, embedded -> false); // pictures and workbooks inside are other files
                parser.parse(content, body, metadata, alone);
                text = body.toString();
            } catch (Throwable error) {
                System.err.println(path + ": " + error);
            }
            answers.println(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
            answers.flush();
        }
    }
}
