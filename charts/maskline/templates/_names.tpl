{{- /*
What things are called, in every template the same.

  maskline.fullname        stem of every object's name
  maskline.labels          labels of an object, given (list $ "component")
  maskline.selector        the part of them that selects pods, given the same
  maskline.image           an image, given (list $ "pipelines")
  maskline.serviceAccount  who registers and schedules
  maskline.owner           option that names whose schedules they are: two releases may share one Kubeflow
  maskline.endpoint        URL of the embedded store
  maskline.parameters      parameters of a pipeline as the command line reads them, in YAML
  maskline.profileOnly     nothing, or a refusal: given (list $ "limitRange")
*/ -}}

{{- define "maskline.name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 30 | trimSuffix "-" }}
{{- end }}

{{- define "maskline.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride }}
{{- else if contains (include "maskline.name" .) .Release.Name -}}
{{ .Release.Name | trunc 30 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "maskline.name" .) | trunc 30 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "maskline.selector" -}}
{{- $ := index . 0 -}}
app.kubernetes.io/name: {{ include "maskline.name" $ }}
app.kubernetes.io/instance: {{ $.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "maskline.labels" -}}
{{- $ := index . 0 -}}
{{ include "maskline.selector" . }}
app.kubernetes.io/version: {{ $.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: maskline
app.kubernetes.io/managed-by: {{ $.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $.Chart.Name $.Chart.Version }}
{{- end }}

{{- define "maskline.image" -}}
{{- $ := index . 0 -}}
{{- $name := index . 1 -}}
{{- with index $.Values.images.digests $name -}}
{{ printf "%s/%s@%s" $.Values.images.registry $name . }}
{{- else -}}
{{ printf "%s/%s:%s" $.Values.images.registry $name ($.Values.images.tag | default $.Chart.AppVersion) }}
{{- end }}
{{- end }}

{{- define "maskline.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (printf "%s-client" (include "maskline.fullname" .)) }}
{{- end }}

{{- define "maskline.owner" -}}
{{ printf "--owner=%s" (printf "%s-%s" .Release.Namespace (include "maskline.fullname" .) | trunc 63 | trimSuffix "-") }}
{{- end }}

{{- define "maskline.endpoint" -}}
{{ printf "http://%s-store.%s.svc:8333" (include "maskline.fullname" .) .Release.Namespace }}
{{- end }}

{{- /* A mapping becomes JSON here, which has one notation of numbers: YAML's 1e-05 is a text to some. */ -}}
{{- define "maskline.parameters" -}}
{{- $written := dict }}
{{- range $name, $value := . }}
{{- if kindIs "map" $value }}
{{- $value = toJson $value }}
{{- end }}
{{- $_ := set $written $name $value }}
{{- end }}
{{- toYaml $written }}
{{- end }}

{{- define "maskline.profileOnly" -}}
{{- $ := index . 0 -}}
{{- if not $.Values.kubeflow.multiUser -}}
{{- fail (printf "%s.enabled is for a profile's namespace (kubeflow.multiUser): Kubeflow's own database and servers live in the other" (index . 1)) }}
{{- end }}
{{- end }}
