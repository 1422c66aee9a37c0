import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.util.List;

/**
 * A server that speaks the MongoDB protocol, for tests: no mongod can be installed where CI runs. It has no replica set
 * and acknowledges before it is durable.
 */
public final class Server {
  /** The oldest version that the driver still talks to; the server's own built-in ones are older. */
  private record Version50() implements MongoVersion {
    @Override
    public List<Integer> getVersionArray() {
      return List.of(5, 0, 0);
    }

    @Override
    public int getWireVersion() {
      return 13;
    }
  }

  /** Arguments: port, and the file to keep the data in; in memory when there is none. */
  public static void main(String[] arguments) {
    H2Backend backend = arguments.length > 1 ? new H2Backend(arguments[1]) : H2Backend.inMemory();
    backend.version(new Version50());
    new MongoServer(backend).bind("127.0.0.1", Integer.parseInt(arguments[0]));
  }
}
