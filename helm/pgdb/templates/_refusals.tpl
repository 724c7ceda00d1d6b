{{- /* What the schema of the values cannot say, or not in words that help. */}}
{{- define "pgdb.refusals" -}}
{{- with .Values }}
{{- if and (gt (int .replicas) 1) (not .leaderElection) }}
{{- fail "replicas: more than one needs leaderElection: true, or all of them would act" }}
{{- end }}
{{- if not (regexMatch "[1-9]" .resync) }}
{{- fail (printf "resync: must be longer than 0s, such as 90s, 10m or 1h30m, not %s" .resync) }}
{{- end }}
{{- if not (or .serviceAccount.create .serviceAccount.name) }}
{{- fail "serviceAccount.name: name the ServiceAccount that exists, since serviceAccount.create is false; without a name, every pod of the namespace that names none would get pgdb's rights" }}
{{- end }}
{{- if and .metrics.serviceMonitor.enabled .metrics.podMonitor.enabled }}
{{- fail "metrics: enable serviceMonitor or podMonitor, not both, or everything is counted twice" }}
{{- end }}
{{- range .extraVolumes }}
{{- if eq .name "tmp" }}
{{- fail "extraVolumes: the chart has a volume tmp itself: choose another name" }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
