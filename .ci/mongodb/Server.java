import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * A server that speaks the MongoDB protocol, for tests: no mongod can be installed where CI runs. It has no replica set,
 * acknowledges before it is durable, and forgets its views when it ends.
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
    Backend backend = new Backend(MVStore.open(arguments.length > 1 ? arguments[1] : null));
    backend.version(new Version50());
    new MongoServer(backend).bind("127.0.0.1", Integer.parseInt(arguments[0]));
  }

  private static final class Backend extends H2Backend {
    Backend(MVStore store) {
      super(store);
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
      return new Database(name);
    }

    /** Not static: its constructor already opens collections in the backend's store. */
    private final class Database extends H2Database {
      private final Map<String, Document> views = new ConcurrentHashMap<>();

      Database(String name) {
        super(name, getMvStore(), getCursorRegistry());
      }

      /** Views, which the library does not have: a question to one is put to the collection beneath, behind its stages. */
      @Override
      public Document handleCommand(
          Channel channel, String command, Document query, DatabaseResolver resolver, Oplog oplog) {
        String name = query.get(command) instanceof String text ? text : "";
        switch (command) {
          case "create", "collMod" -> {
            if (query.containsKey("viewOn")) views.put(name, query);
            if (command.equals("collMod")) return new Document("ok", 1.0);
          }
          case "drop" -> views.remove(name);
          case "find" -> {
            if (views.containsKey(name)) return behindView(channel, name, stagesOf(query), query, resolver, oplog);
          }
          case "aggregate" -> {
            if (views.containsKey(name)) return behindView(channel, name, stages(query), query, resolver, oplog);
          }
          default -> {}
        }
        return super.handleCommand(channel, command, query, resolver, oplog);
      }

      private Document behindView(
          Channel channel, String view, List<Document> asked, Document query, DatabaseResolver resolver, Oplog oplog) {
        Document definition = views.get(view);
        List<Document> pipeline = new ArrayList<>(stages(definition));
        pipeline.addAll(asked);
        Document aggregate = new Document("aggregate", definition.get("viewOn")).append("pipeline", pipeline);
        Document cursor = query.get("cursor") instanceof Document given ? given : new Document();
        if (query.containsKey("batchSize")) cursor.append("batchSize", query.get("batchSize"));
        aggregate.append("cursor", cursor).append("$db", getDatabaseName());
        return super.handleCommand(channel, "aggregate", aggregate, resolver, oplog);
      }

      @SuppressWarnings("unchecked")
      private static List<Document> stages(Document aggregate) {
        return (List<Document>) aggregate.get("pipeline");
      }

      private static List<Document> stagesOf(Document find) {
        List<Document> stages = new ArrayList<>();
        for (var stage : List.of("$match filter", "$sort sort", "$skip skip", "$limit limit", "$project projection")) {
          String[] named = stage.split(" ");
          Object value = find.get(named[1]);
          boolean isAsked = value instanceof Document document ? !document.isEmpty() : value != null;
          if (isAsked) stages.add(new Document(named[0], value));
        }
        return stages;
      }

      @Override
      protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
        String path = getDatabaseName() + "." + name;
        MVMap<Object, Document> documents = getMvStore().openMap("databases." + path);
        MVMap<String, Object> meta = getMvStore().openMap("meta." + path);
        return new Collection(this, name, options, documents, meta, cursorRegistry);
      }
    }
  }

  /** Finds the one document of an id by its id, as MongoDB does, where the library's own reads the whole collection. */
  private static final class Collection extends H2Collection {
    Collection(
        MongoDatabase database,
        String name,
        CollectionOptions options,
        MVMap<Object, Document> documents,
        MVMap<String, Object> meta,
        CursorRegistry cursors) {
      super(database, name, options, documents, meta, cursors);
    }

    @Override
    protected QueryResult queryDocuments(
        Document query, Document orderBy, int skip, int limit, int batchSize, Document fields) {
      if (!(query.get("_id") instanceof String id)) {
        return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
      }
      List<Object> found = getDocument(id) == null ? List.of() : List.of(id);
      return matchDocuments(query, found, orderBy, skip, limit, batchSize, fields);
    }
  }
}
