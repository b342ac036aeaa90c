@description('Calls, their recordings, and letters.')
param name string
param emailName string
param tags object

@description('Where data rests, for example Australia or Europe.')
param dataLocation string

resource email 'Microsoft.Communication/emailServices@2023-04-01' = {
  name: emailName
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }
}

resource domain 'Microsoft.Communication/emailServices/domains@2023-04-01' = {
  parent: email
  name: 'AzureManagedDomain'
  location: 'global'
  tags: tags
  properties: {
    domainManagement: 'AzureManaged'
    // whether a letter was opened is nobody's business
    userEngagementTracking: 'Disabled'
  }
}

resource communication 'Microsoft.Communication/communicationServices@2023-04-01' = {
  name: name
  location: 'global'
  tags: tags
  // its own identity writes recordings into our container
  identity: { type: 'SystemAssigned' }
  properties: {
    dataLocation: dataLocation
    linkedDomains: [domain.id]
  }
}

output id string = communication.id
output name string = communication.name
output principalId string = communication.identity.principalId
output endpoint string = 'https://${communication.properties.hostName}'
output immutableId string = communication.properties.immutableResourceId
output senderAddress string = 'DoNotReply@${domain.properties.fromSenderDomain}'
