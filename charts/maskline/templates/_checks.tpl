{{- /*
What the schema cannot tell of values, told before anything is installed: else it would show in the log of a job only.
The steps and parameters that there are stand in pipelines.yaml.

  maskline.check           nothing, or a refusal of the first value at fault
  maskline.checkSteps      the same of pipelines.steps, given (list $ known); .checkDefaults and .checkSchedules likewise
  maskline.checkCron       of a schedule's cron, given the schedule
  maskline.checkParameter  of a parameter's name and value, given (list "where" types "name" value)
  maskline.number          the number that a quantity like 500m or 6Gi stands for
*/ -}}

{{- define "maskline.check" -}}
{{- $known := .Files.Get "pipelines.yaml" | fromYaml -}}
{{- include "maskline.checkSteps" (list . $known) -}}
{{- include "maskline.checkDefaults" (list . $known) -}}
{{- include "maskline.checkSchedules" (list . $known) -}}
{{- range .Values.pipelines.names }}
{{- if not (hasKey $known.pipelines .) }}
{{- fail (printf "pipelines.names: no pipeline '%s'; there are: %s" . (keys $known.pipelines | sortAlpha | join ", ")) }}
{{- end }}
{{- end }}
{{- if eq .Values.s3.secretName .Values.webhook.secretName }}
{{- fail (printf "webhook.secretName: '%s' is s3.secretName too; they must be two secrets" .Values.webhook.secretName) }}
{{- end }}
{{- end }}

{{- define "maskline.checkSteps" -}}
{{- $known := index . 1 -}}
{{- range $step, $sizes := (index . 0).Values.pipelines.steps }}
{{- if not (has $step $known.steps) }}
{{- fail (printf "pipelines.steps: no step '%s'; there are: %s" $step (join ", " $known.steps)) }}
{{- end }}
{{- range $kind, $size := $sizes }}
{{- if kindIs "map" $size }}
{{- if gt (include "maskline.number" $size.request | float64) (include "maskline.number" $size.limit | float64) }}
{{- fail (printf "pipelines.steps.%s.%s: a request of %s is more than the limit of %s" $step $kind $size.request $size.limit) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "maskline.checkDefaults" -}}
{{- $parameters := dict }}
{{- range (index . 1).pipelines }}
{{- $parameters = merge $parameters . }}
{{- end }}
{{- range $name, $value := (index . 0).Values.pipelines.defaults }}
{{- include "maskline.checkParameter" (list "pipelines.defaults" $parameters $name $value) }}
{{- end }}
{{- end }}

{{- define "maskline.checkSchedules" -}}
{{- $known := index . 1 -}}
{{- $names := list }}
{{- range (index . 0).Values.schedules }}
{{- if has .name $names }}
{{- fail (printf "schedules: two are called '%s'" .name) }}
{{- end }}
{{- $names = append $names .name }}
{{- include "maskline.checkCron" . }}
{{- /* Of other versions than this chart's nothing is known. */}}
{{- if eq (.version | default "pinned") "pinned" }}
{{- $where := printf "schedules: %s" .name }}
{{- if not (hasKey $known.pipelines .pipeline) }}
{{- fail (printf "%s: no pipeline '%s'; there are: %s" $where .pipeline (keys $known.pipelines | sortAlpha | join ", ")) }}
{{- end }}
{{- $parameters := get $known.pipelines .pipeline }}
{{- range $name, $value := .parameters }}
{{- include "maskline.checkParameter" (list $where $parameters $name $value) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "maskline.checkCron" -}}
{{- $schedule := . }}
{{- $months := "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC" }}
{{- $days := "SUN|MON|TUE|WED|THU|FRI|SAT" }}
{{- $fields := list
  (list "second" "[0-5]?[0-9]" "0 to 59")
  (list "minute" "[0-5]?[0-9]" "0 to 59")
  (list "hour" "[01]?[0-9]|2[0-3]" "0 to 23")
  (list "day of the month" "0?[1-9]|[12][0-9]|3[01]" "1 to 31")
  (list "month" (printf "0?[1-9]|1[0-2]|%s" $months) "1 to 12 or JAN to DEC")
  (list "day of the week" (printf "[0-6]|%s" $days) "0 to 6 or SUN to SAT") }}
{{- range $index, $word := splitList " " .cron }}
{{- $field := index $fields $index }}
{{- $form := index $field 1 }}
{{- range splitList "," $word }}
{{- if not (regexMatch (printf "^(?i)([*?]|(%s)(-(%s))?)(/0*[1-9][0-9]*)?$" $form $form) .) }}
{{- fail (printf "schedules: %s: cron '%s': %s '%s' must be %s, a range a-b, * or a step */n" $schedule.name $schedule.cron (first $field) . (last $field)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "maskline.checkParameter" -}}
{{- $where := index . 0 }}
{{- $parameters := index . 1 }}
{{- $name := index . 2 }}
{{- $value := index . 3 }}
{{- if not (hasKey $parameters $name) }}
{{- fail (printf "%s: no parameter '%s'; there are: %s" $where $name (keys $parameters | sortAlpha | join ", ")) }}
{{- end }}
{{- $type := get $parameters $name }}
{{- $forms := dict "NUMBER_INTEGER" "^-?[0-9]+$" "NUMBER_DOUBLE" "^-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?$" "BOOLEAN" "^(true|false)$" "STRING" "^[\"{]" }}
{{- $rules := dict "NUMBER_INTEGER" "a whole number" "NUMBER_DOUBLE" "a number" "BOOLEAN" "true or false" "STRING" "a text, or a mapping where it is JSON" }}
{{- $text := toJson $value }}
{{- if and (kindIs "string" $value) (ne $type "STRING") }}
{{- $text = $value }}
{{- end }}
{{- if not (regexMatch (get $forms $type) $text) }}
{{- fail (printf "%s: parameter %s = %s: it must be %s" $where $name (toJson $value) (get $rules $type)) }}
{{- end }}
{{- end }}

{{- define "maskline.number" -}}
{{- $factors := dict "" 1 "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 }}
{{- mulf (regexFind "^[0-9.]+" .) (get $factors (regexFind "[A-Za-z]*$" .)) }}
{{- end }}
