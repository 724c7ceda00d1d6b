import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.io.File;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes the CRDs of the custom resource classes into folders. Run by the build. */
class GenerateCrds implements CRDPostProcessor {
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of("PostgresServer", PostgresServer.class, "PostgresDatabase", PostgresDatabase.class);

  /** What cannot be said in the records: of the root, and of types that are not ours. */
  private static final Map<String, String> DESCRIPTIONS =
      Map.ofEntries(
          Map.entry("PostgresServer", "A PostgreSQL server, and the role with which pgdb works on it."),
          Map.entry("PostgresDatabase", "A PostgreSQL database. Deleting it drops the database, unless spec.deletion says otherwise."),
          Map.entry("spec", "What is wanted."),
          Map.entry("status", "What is found. Written by pgdb."),
          Map.entry("matchLabels", "Labels that a namespace must have, with their values."),
          Map.entry("matchExpressions", "Conditions on the labels of a namespace. All of them must hold."),
          Map.entry("matchExpressions.key", "Key of the label."),
          Map.entry("matchExpressions.operator", "In or NotIn: the label's value is, or is not, one of values. Exists or DoesNotExist: there is, or is not, such a label."),
          Map.entry("matchExpressions.values", "Values for In and NotIn; left out for Exists and DoesNotExist."),
          Map.entry("conditions.type", "Which condition."),
          Map.entry("conditions.status", "True, False or Unknown."),
          Map.entry("conditions.reason", "Why, in one word."),
          Map.entry("conditions.message", "Why, in a sentence that names what it speaks of."),
          Map.entry("conditions.lastTransitionTime", "Since when the status has been what it is (RFC 3339)."),
          Map.entry("conditions.observedGeneration", "metadata.generation of the spec that the condition tells of."));

  private static final List<JsonNode> OPERATORS =
      Stream.of("In", "NotIn", "Exists", "DoesNotExist").<JsonNode>map(TextNode::valueOf).toList();

  /** As Kubernetes has it for its own selectors. NotIn without values would match every namespace. */
  private static final ValidationRule VALUES =
      new ValidationRuleBuilder()
          .withRule("(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)")
          .withFieldPath(".values")
          .withMessage("In and NotIn need values, such as values: [shop]; Exists and DoesNotExist take none")
          .build();

  public static void main(String[] args) {
    for (String folder : args) {
      new CRDGenerator()
          .customResourceClasses(PostgresServer.class, PostgresDatabase.class)
          .withMinQuotes(true)
          .withPostProcessor(new GenerateCrds())
          .inOutputDir(new File(folder))
          .generate();
    }
  }

  @Override
  public HasMetadata process(HasMetadata resource, String specVersion) {
    var crd = (CustomResourceDefinition) resource;
    var kind = crd.getSpec().getNames().getKind();
    for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
      var columns = columnsOf(kind);
      version.getAdditionalPrinterColumns().sort(Comparator.comparing(column -> columns.indexOf(column.getName())));
      // The API server leaves a priority of 0 out. One in the file would be a change each time that it is applied.
      version.getAdditionalPrinterColumns().stream()
          .filter(column -> column.getPriority() != null && column.getPriority() == 0)
          .forEach(column -> column.setPriority(null));
      var schema = version.getSchema().getOpenAPIV3Schema();
      schema.setRequired(List.of("spec"));
      // Without any status a resource would count as done for kstatus, before anybody has looked at it.
      schema.getProperties().get("status").setDefault(new ObjectMapper().createObjectNode().put("observedGeneration", -1));
      finish(schema, "", kind);
    }
    return crd;
  }

  /** The generator sorts the columns by their paths; people read them in the order in which they are declared. */
  private static List<String> columnsOf(String kind) {
    return Stream.of(KINDS.get(kind).getAnnotationsByType(AdditionalPrinterColumn.class))
        .map(AdditionalPrinterColumn::name)
        .toList();
  }

  private static void finish(JSONSchemaProps schema, String parent, String name) {
    // A record hands its annotations on to a field and to a method, and the generator reads both.
    schema.setXKubernetesValidations(schema.getXKubernetesValidations().stream().distinct().toList());
    if (schema.getDescription() == null) {
      schema.setDescription(DESCRIPTIONS.getOrDefault(parent + "." + name, DESCRIPTIONS.get(name)));
    }
    switch (name) {
      case "conditions" -> keyedBy("type", schema);
      case "extensions", "schemas" -> keyedBy("name", schema);
      case "matchExpressions" -> {
        var expression = schema.getItems().getSchema();
        expression.setRequired(List.of("key", "operator"));
        expression.getProperties().get("operator").setEnum(OPERATORS);
        expression.setXKubernetesValidations(List.of(VALUES));
        schema.setMaxItems(64L); // by it the API server knows what the rule may cost
      }
      default -> {}
    }
    schema.getProperties().forEach((property, child) -> finish(child, name, property));
    if (schema.getItems() != null) {
      schema.getItems().getSchema().getProperties().forEach((property, child) -> finish(child, name, property));
    }
  }

  /** One entry per key; server-side apply then merges entries instead of replacing the list. */
  private static void keyedBy(String key, JSONSchemaProps list) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
    list.getItems().getSchema().setRequired(List.of(key));
  }
}
