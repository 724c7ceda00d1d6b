package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenancyTest {
  private static final Map<String, String> LABELS = Map.of("databases", "yes", "team", "shop");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                                           | true",
        "{matchLabels: {databases: 'yes'}}                                            | true",
        "{matchLabels: {databases: 'yes', team: shop}}                                | true",
        "{matchLabels: {databases: 'yes', team: bank}}                                | false",
        "{matchLabels: {other: 'yes'}}                                                | false",
        "{matchExpressions: [{key: team, operator: In, values: [shop, bank]}]}        | true",
        "{matchExpressions: [{key: team, operator: In, values: [bank]}]}              | false",
        "{matchExpressions: [{key: other, operator: In, values: [bank]}]}             | false",
        "{matchExpressions: [{key: team, operator: NotIn, values: [bank]}]}           | true",
        "{matchExpressions: [{key: team, operator: NotIn, values: [shop]}]}           | false",
        "{matchExpressions: [{key: other, operator: NotIn, values: [bank]}]}          | true",
        "{matchExpressions: [{key: team, operator: Exists}]}                          | true",
        "{matchExpressions: [{key: other, operator: Exists}]}                         | false",
        "{matchExpressions: [{key: team, operator: DoesNotExist}]}                    | false",
        "{matchExpressions: [{key: other, operator: DoesNotExist}]}                   | true",
        "{matchExpressions: [{key: team, operator: Resembles}]}                       | false",
        "{matchExpressions: [{key: team, operator: In, values: []}]}                  | false",
        "{matchExpressions: [{key: team, operator: In}]}                              | false",
        "{matchExpressions: [{key: team, operator: NotIn, values: []}]}               | false",
        "{matchExpressions: [{key: team, operator: NotIn, values: null}]}             | false",
        "{matchExpressions: [{key: other, operator: NotIn, value: bank}]}             | false",
        "{matchExpressions: [{key: team, operator: Exists, values: [shop]}]}          | false",
        "{matchExpressions: [{key: other, operator: DoesNotExist, values: [shop]}]}   | false",
        "{matchLabels: {databases: 'no'}, matchExpressions: [{key: team, operator: Exists}]} | false",
      })
  void selectsAsTheApiServerDoesAndWhatItRefusesLetsNobodyIn(String selector, boolean matches) {
    LabelSelector parsed = Serialization.unmarshal("---\n" + selector, LabelSelector.class);

    assertThat(Tenancy.matches(parsed, LABELS)).isEqualTo(matches);
  }
}
