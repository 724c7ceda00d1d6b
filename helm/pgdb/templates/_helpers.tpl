{{- /* A release may have dots in its name; a Service may not. */}}
{{- define "pgdb.name" -}}
{{- default .Chart.Name .Values.nameOverride | replace "." "-" | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "pgdb.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | replace "." "-" | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "pgdb.name" .) .Release.Name -}}
{{- .Release.Name | replace "." "-" | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "pgdb.name" .) | replace "." "-" | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "pgdb.serviceAccount" -}}
{{- default (include "pgdb.fullname" .) .Values.serviceAccount.name }}
{{- end }}

{{- define "pgdb.instanceLabels" -}}
app.kubernetes.io/name: {{ include "pgdb.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "pgdb.selectorLabels" -}}
{{ include "pgdb.instanceLabels" . }}
app.kubernetes.io/component: operator
{{- end }}

{{- /* Labels and annotations of anything. The chart's own labels win, then those of the object, then everybody's:
       (dict "root" $ "component" "..." "labels" (dict ...) "annotations" (dict ...)); all but root may be left out */}}
{{- define "pgdb.labelsAndAnnotations" -}}
{{- $own := include "pgdb.instanceLabels" .root | fromYaml }}
{{- $_ := set $own "app.kubernetes.io/version" .root.Chart.AppVersion }}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service }}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_") }}
{{- with .component }}
{{- $_ := set $own "app.kubernetes.io/component" . }}
{{- end -}}
labels:
  {{- toYaml (merge $own (default dict .labels) (default dict .root.Values.labels)) | nindent 2 }}
{{- with merge (dict) (default dict .annotations) (default dict .root.Values.annotations) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* metadata of an object: the same, and "name" "...", and "namespace" "..." or "clusterWide" true */}}
{{- define "pgdb.metadata" -}}
name: {{ .name | quote }}
{{- if not .clusterWide }}
namespace: {{ default .root.Release.Namespace .namespace | quote }}
{{- end }}
{{ include "pgdb.labelsAndAnnotations" . }}
{{- end }}

{{- /* What pgdb may do in the namespaces that it looks after. */}}
{{- define "pgdb.rules" -}}
- apiGroups: [pgdb.dev]
  resources: [postgresservers, postgresdatabases]
  verbs: [get, list, watch, patch]
- apiGroups: [pgdb.dev]
  resources: [postgresservers/status, postgresdatabases/status]
  verbs: [patch]
# The admin's, and those that applications connect with. RBAC knows no labels.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, update, patch, delete]
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- end }}

{{- define "pgdb.subjects" -}}
- kind: ServiceAccount
  name: {{ include "pgdb.serviceAccount" . | quote }}
  namespace: {{ .Release.Namespace | quote }}
{{- end }}
