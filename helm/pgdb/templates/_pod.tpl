{{- /* What the pods of the operator and of the uninstall check have in common. */}}

{{- /* (dict "root" $ "component" "..." "container" "...") */}}
{{- define "pgdb.podMetadata" -}}
{{- $annotations := merge (dict "kubectl.kubernetes.io/default-container" .container) (default dict .root.Values.podAnnotations) }}
{{- include "pgdb.labelsAndAnnotations" (dict "root" .root "component" .component "labels" .root.Values.podLabels "annotations" $annotations) }}
{{- end }}

{{- define "pgdb.podSpec" -}}
serviceAccountName: {{ include "pgdb.serviceAccount" . | quote }}
enableServiceLinks: false # a Service called pgdb-http would set PGDB_HTTP_PORT
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- range $field := list "imagePullSecrets" "priorityClassName" "nodeSelector" "affinity" "tolerations" }}
{{- with index $.Values $field }}
{{ toYaml (dict $field .) }}
{{- end }}
{{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: 16Mi
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "pgdb.container" -}}
image: {{ include "pgdb.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
{{- with .Values.extraEnv }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
terminationMessagePolicy: FallbackToLogsOnError
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- with .Values.extraVolumeMounts }}
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
