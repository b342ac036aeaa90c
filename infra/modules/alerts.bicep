@description('What wakes somebody up. Each alert names the runbook that says what to do.')
param location string
param tags object
param logsId string
param actionGroupName string

@description('Who is told; empty for nobody, as in a test environment.')
param alertAddress string

@description('The folder of the runbooks, for links in the alerts.')
param runbooksUrl string

// query: rows are counted over the window; more than `most` of them raise the alert. A log line of ours is
// JSON, whose field `event` is one of the names in docs/runbooks/README.md.
var alerts = [
  {
    name: 'not-ready'
    about: 'A dependency keeps the app from being ready'
    severity: 1
    minutes: 5
    most: 4
    query: 'AppRequests | where Name has "ready" and ResultCode == "503"'
  }
  {
    name: 'workflow-parked'
    about: 'Something waits for a person'
    severity: 2
    minutes: 15
    most: 0
    query: 'AppTraces | where Message has "workflows.parked" | where parse_json(Message).event == "workflows.parked"'
  }
  {
    name: 'workflow-failed'
    about: 'An orchestration ended in failure'
    severity: 2
    minutes: 15
    most: 0
    query: 'AppTraces | where Message has "Orchestration" and Message has "failed" and SeverityLevel >= 3'
  }
  {
    name: 'workflows-untold'
    about: 'The workflow engine is not told what begins and ends; the comparison has to make up for it'
    severity: 2
    minutes: 15
    most: 9
    query: 'AppTraces | where Message has "workflows.not_told" | where parse_json(Message).event == "workflows.not_told"'
  }
  {
    name: 'turns-degraded'
    about: 'More than one reply in five is worded by the plan'
    severity: 2
    minutes: 15
    most: 0
    query: '''
      AppMetrics
      | where Name in ("talenti.turns.degraded", "talenti.turn.duration")
      | summarize degraded = sumif(Sum, Name == "talenti.turns.degraded"), turns = sumif(ItemCount, Name == "talenti.turn.duration")
      | where turns >= 20 and degraded > turns / 5.0
    '''
  }
  {
    name: 'turn-lost'
    about: 'A reply could not be stored'
    severity: 1
    minutes: 5
    most: 0
    query: 'AppTraces | where Message has "interview.turn.lost" | where parse_json(Message).event == "interview.turn.lost"'
  }
  {
    name: 'model-throttled'
    about: 'The language model refuses calls for their number'
    severity: 2
    minutes: 15
    most: 50
    query: 'AppDependencies | where ResultCode == "429"'
  }
  {
    name: 'callers-throttled'
    about: 'More than 100 calls a minute are refused for their number'
    severity: 3
    minutes: 5
    most: 500
    query: 'AppRequests | where ResultCode == "429"'
  }
  {
    name: 'audit-lost'
    about: 'A row of the audit log could not be written'
    severity: 1
    minutes: 5
    most: 0
    query: 'AppTraces | where Message has "audit.lost" | where parse_json(Message).event == "audit.lost"'
  }
  {
    name: 'recording-late'
    about: 'The file of a recording is not there, and the call service deletes it after a day'
    severity: 1
    minutes: 15
    most: 0
    query: 'AppTraces | where Message has "recordings.file.late" | where parse_json(Message).event == "recordings.file.late"'
  }
  {
    name: 'deletion-pressing'
    about: 'A deletion was promised for within a week, and is not done'
    severity: 1
    minutes: 15
    most: 0
    query: 'AppTraces | where Message has "privacy.deletion.pressing" | where parse_json(Message).event == "privacy.deletion.pressing"'
  }
  {
    name: 'errors'
    about: 'More than one request in twenty fails'
    severity: 1
    minutes: 5
    most: 0
    query: '''
      AppRequests
      | summarize failed = countif(toint(ResultCode) >= 500), requests = count()
      | where requests >= 20 and failed > requests / 20.0
    '''
  }
  {
    name: 'slow'
    about: 'One request in a hundred takes more than 5 seconds'
    severity: 2
    minutes: 15
    most: 0
    query: '''
      AppRequests
      | where Name !has "stream"
      | summarize slowest = percentile(DurationMs, 99), requests = count()
      | where requests >= 100 and slowest > 5000
    '''
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'talenti'
    enabled: true
    emailReceivers: empty(alertAddress)
      ? []
      : [{ name: 'operators', emailAddress: alertAddress, useCommonAlertSchema: true }]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in alerts: {
    name: 'talenti-${alert.name}'
    location: location
    tags: tags
    properties: {
      displayName: alert.about
      description: 'What to do: ${runbooksUrl}'
      enabled: true
      severity: alert.severity
      scopes: [logsId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT${alert.minutes}M'
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: alert.most
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]

output actionGroupId string = people.id
