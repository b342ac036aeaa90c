@description('Where events come from and go to: uploads, calls and recordings in; what integrators are told out.')
param storageTopicName string
param communicationTopicName string
param announcementsTopicName string
param location string
param tags object
param storageAccountName string
param communicationId string

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageAccountName
}

resource uploads 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: storageTopicName
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: account.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource calls 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: communicationTopicName
  location: 'global'
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: communicationId
    topicType: 'Microsoft.Communication.CommunicationServices'
  }
}

resource announcements 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: announcementsTopicName
  location: location
  tags: tags
  properties: {
    inputSchema: 'EventGridSchema'
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
    minimumTlsVersionAllowed: '1.2'
  }
}

output storageTopicPrincipalId string = uploads.identity.principalId
output communicationTopicPrincipalId string = calls.identity.principalId
output storageTopicName string = uploads.name
output communicationTopicName string = calls.name
output announcementsId string = announcements.id
output announcementsName string = announcements.name
output announcementsEndpoint string = announcements.properties.endpoint
