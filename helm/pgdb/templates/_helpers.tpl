{{- define "pgdb.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "pgdb.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "pgdb.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "pgdb.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "pgdb.serviceAccount" -}}
{{- default (ternary (include "pgdb.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name }}
{{- end }}

{{- define "pgdb.instanceLabels" -}}
app.kubernetes.io/name: {{ include "pgdb.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pgdb.selectorLabels" -}}
{{ include "pgdb.instanceLabels" . }}
app.kubernetes.io/component: operator
{{- end }}

{{- define "pgdb.labels" -}}
{{ include "pgdb.instanceLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* metadata of a namespaced object: (dict "root" $ "name" "...") */}}
{{- define "pgdb.metadata" -}}
name: {{ .name }}
{{- if not .clusterWide }}
namespace: {{ default .root.Release.Namespace .namespace }}
{{- end }}
labels:
  {{- include "pgdb.labels" .root | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (default dict .annotations) .root.Values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "pgdb.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end }}
{{- end }}
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
  name: {{ include "pgdb.serviceAccount" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{- /* What pods of the operator and of the uninstall check have in common. */}}
{{- define "pgdb.podSpec" -}}
serviceAccountName: {{ include "pgdb.serviceAccount" . }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
